import type { Table } from '../types';
import { table } from './define';

const address = (n: number, nameLength: number): string =>
  `address${n}_name:s${nameLength} address${n}_line1:s250 address${n}_line2:s250 address${n}_line3:s250 ` +
  `address${n}_city:s80 address${n}_stateorprovince:s50 address${n}_postalcode:s20 address${n}_country:s80 ` +
  `address${n}_county:s50 address${n}_composite:m1000*`;

const PERSON =
  'salutation:s100 firstname:s50 middlename:s50 lastname:s50! fullname:s160* jobtitle:s100 emailaddress1:s100 ' +
  'emailaddress2:s100 emailaddress3:s100 telephone1:s50 telephone2:s50 telephone3:s50 fax:s50 websiteurl:s200 ' +
  'description:m2000 donotemail:b donotbulkemail:b donotphone:b donotfax:b donotpostalmail:b donotsendmm:b ' +
  'followemail:b preferredcontactmethodcode:p leadsourcecode:p merged:b* statecode:state statuscode:status ' +
  'transactioncurrencyid:l=transactioncurrency exchangerate:d*';

/** lead and contact, dataverse-api §9.1. */
export const people = (): Table[] => [
  table({
    logicalName: 'lead',
    setName: 'leads',
    primaryName: 'fullname',
    objectTypeCode: 4,
    tracked: true,
    ownership: 'UserOwned',
    columns: `${PERSON} ${address(1, 100)} ${address(2, 100)} mobilephone:s20 companyname:s100 subject:s300
      leadqualitycode:p industrycode:p revenue:$ numberofemployees:i estimatedclosedate:D sic:s20
      masterid:l=lead* parentaccountid:l=account parentcontactid:l=contact customerid:c
      qualifyingopportunityid:l=opportunity`,
  }),
  table({
    logicalName: 'contact',
    setName: 'contacts',
    primaryName: 'fullname',
    objectTypeCode: 2,
    tracked: true,
    ownership: 'UserOwned',
    columns: `${PERSON} ${address(1, 200)} ${address(2, 100)} mobilephone:s50 company:s50 department:s100
      nickname:s100 assistantname:s100 managername:s100 spousesname:s100 suffix:s10 governmentid:s50 employeeid:s50
      birthdate:D anniversary:D gendercode:p familystatuscode:p educationcode:p haschildrencode:p numberofchildren:i
      annualincome:$ creditlimit:$ customertypecode:p marketingonly:b masterid:l=contact* parentcustomerid:c
      originatingleadid:l=lead preferredsystemuserid:l=systemuser accountid:l=account* parentcontactid:l=contact*`,
  }),
];

/** account and opportunity, dataverse-api §9.2 and §9.5. */
export const business = (): Table[] => [
  table({
    logicalName: 'account',
    setName: 'accounts',
    primaryName: 'name',
    objectTypeCode: 1,
    tracked: true,
    ownership: 'UserOwned',
    columns: `name:s160! accountnumber:s20 emailaddress1:s100 emailaddress2:s100 emailaddress3:s100 telephone1:s50
      telephone2:s50 telephone3:s50 fax:s50 websiteurl:s200 ${address(1, 200)} ${address(2, 200)} description:m2000
      revenue:$ creditlimit:$ marketcap:$ numberofemployees:i sic:s20 tickersymbol:s10 stockexchange:s20
      industrycode:p ownershipcode:p customertypecode:p accountcategorycode:p accountratingcode:p donotemail:b
      donotbulkemail:b donotphone:b donotfax:b donotpostalmail:b donotsendmm:b followemail:b merged:b*
      preferredcontactmethodcode:p statecode:state statuscode:status primarycontactid:l=contact
      parentaccountid:l=account originatingleadid:l=lead preferredsystemuserid:l=systemuser masterid:l=account*
      transactioncurrencyid:l=transactioncurrency exchangerate:d*`,
  }),
  table({
    logicalName: 'opportunity',
    setName: 'opportunities',
    primaryName: 'name',
    objectTypeCode: 3,
    tracked: true,
    ownership: 'UserOwned',
    columns: `name:s300! customerid:c parentaccountid:l=account parentcontactid:l=contact originatingleadid:l=lead
      estimatedvalue:$ actualvalue:$ totalamount:$ budgetamount:$ estimatedclosedate:D actualclosedate:D
      finaldecisiondate:D closeprobability:i opportunityratingcode:p salesstage:p stepname:s200 emailaddress:s100
      description:m2000 currentsituation:m2000 customerneed:m2000 isrevenuesystemcalculated:b stageid:g processid:g
      statecode:state statuscode:status transactioncurrencyid:l=transactioncurrency exchangerate:d*`,
  }),
];
